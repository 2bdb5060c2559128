"""What the answer to a plan says: the plan, or every problem with it."""


def name_of(resource_id):
    return resource_id.rpartition("/")[2]


def problems_of(answer):
    """Field and code of every problem of a plan that was refused."""
    assert answer.status_code == 422, answer.text
    return [(problem["field"], problem["code"]) for problem in answer.json()["errors"]]


def planned(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def notes_of(answer):
    return planned(answer)["notes"]
