"""The only room that talks to Azure Resource Manager and imports its SDKs; gives back values of `migration/`.

Three storeys: what every call needs, one kind of resource a file, what looks over many of them. What a plan, a delete
or an end makes of what was read is not decided here: that is for `steering/`, with the rules of `migration/`.
"""
