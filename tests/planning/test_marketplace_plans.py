"""Purchase plans: what hints at one is asked about, and a definition without it is no place for the image."""

from tests.support.running.answers import name_of, planned, problems_of

PACKER = {"PlanInfo": "l1", "PlanProduct": "cis-ws2019", "PlanPublisher": "cis"}


def test_an_image_whose_tags_name_a_marketplace_plan_is_not_copied_without_an_answer(app, azure):
    image = azure.seed_image("marketplace", tags=PACKER)
    answer = app.plan(image)
    assert problems_of(answer) == [("purchasePlan", "PurchasePlanNotSaid")]
    assert "plan=cis/cis-ws2019/l1" in answer.text
    definition = planned(app.plan(image, purchasePlan="cis/cis-ws2019/l1"))["definition"]
    assert definition["purchasePlan"] == {"publisher": "cis", "product": "cis-ws2019", "name": "l1"}
    assert planned(app.plan(image, purchasePlan="none"))["definition"]["purchasePlan"] is None


def test_a_definition_without_the_plan_asked_for_is_refused_with_a_way_out(app, azure):
    definition = azure.seed_definition("planless")
    image = azure.seed_image("marketplace", tags=PACKER)
    answer = app.plan(image, imageDefinition=name_of(definition), purchasePlan="cis/cis-ws2019/l1")
    assert problems_of(answer) == [("purchasePlan", "DefinitionMismatch")]
    assert "name another image definition" in answer.text


def test_the_plan_of_the_machine_that_was_captured_is_asked_about_too(app, azure):
    machine = azure.seed_consumer("virtualMachines", "/subscriptions/0/another")
    document = azure.control.resource(machine)
    document["plan"] = {"publisher": "cis", "product": "cis-ws2019", "name": "l1"}
    azure.control.put_resource(document)
    image = azure.seed_image("captured")
    azure.change(image, lambda properties: properties.update(sourceVirtualMachine={"id": machine}))
    answer = app.plan(image)
    assert problems_of(answer) == [("purchasePlan", "PurchasePlanNotSaid")]
    assert "the machine" in answer.text
