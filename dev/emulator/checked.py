"""What each route was checked against, one letter a check, for COVERAGE.md. Only claims: nothing is checked here.

Tests compare the letters with the routes and with the SDKs.
"""

CHECKS = {
    "M": "SDK model",
    "F": "recorded facts",
    "S": "Python SDK",
    "A": "az",
}
_COMPUTE = "{group}/providers/Microsoft.Compute"
_OF_SUBSCRIPTION = "{subscription}/providers/Microsoft.Compute"
_GALLERY = f"{_COMPUTE}/galleries/{{galleryName}}"
_DEFINITION = f"{_GALLERY}/images/{{galleryImageName}}"
_VERSION = f"{_DEFINITION}/versions/{{galleryImageVersionName}}"
_VM = f"{_COMPUTE}/virtualMachines/{{vmName}}"
_SCALE_SET = f"{_COMPUTE}/virtualMachineScaleSets/{{vmScaleSetName}}"
_LOCKS = "/{scope*}/providers/Microsoft.Authorization/locks"
CHECKED: dict[str, dict[str, str]] = {
    "/metadata/endpoints": {"GET": "A"},
    "/tenants": {"GET": "MS"},
    "/subscriptions": {"GET": "MSA"},
    "{subscription}": {"GET": "MS"},
    "{subscription}/locations": {"GET": "MSA"},
    "{subscription}/resourceGroups": {"GET": "MSA"},
    "{group}": {"GET": "MFSA", "HEAD": "MSA", "PUT": "MSA", "PATCH": "MS", "DELETE": "MSA"},
    "{subscription}/operationresults/{operationId}": {"GET": "SA"},
    "{subscription}/providers": {"GET": "MS"},
    "{subscription}/providers/{namespace}": {"GET": "MSA"},
    "{subscription}/resources": {"GET": "MSA"},
    "{group}/resources": {"GET": "MS"},
    "/{scope*}/providers/Microsoft.Resources/tags/default": {
        "GET": "MFSA",
        "PUT": "MFSA",
        "PATCH": "MFSA",
        "DELETE": "MFSA",
    },
    _LOCKS: {"GET": "MFSA"},
    f"{_LOCKS}/{{lockName}}": {"GET": "MFSA", "PUT": "MFSA", "DELETE": "MFSA"},
    "/{scope*}/providers/Microsoft.Authorization/permissions": {"GET": "MS"},
    f"{_COMPUTE}/images/{{imageName}}": {"PUT": "MFSA", "PATCH": "MFS", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_COMPUTE}/images": {"GET": "MFSA"},
    f"{_OF_SUBSCRIPTION}/images": {"GET": "MFSA"},
    _GALLERY: {"PUT": "MFSA", "PATCH": "MFS", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_COMPUTE}/galleries": {"GET": "MSA"},
    f"{_OF_SUBSCRIPTION}/galleries": {"GET": "MSA"},
    _DEFINITION: {"PUT": "MFSA", "PATCH": "MF", "GET": "MFSA", "DELETE": "MFA"},
    f"{_GALLERY}/images": {"GET": "MA"},
    _VERSION: {"PUT": "MFSA", "PATCH": "MF", "GET": "MFSA", "DELETE": "MFSA"},
    f"{_DEFINITION}/versions": {"GET": "MA"},
    f"{_GALLERY}/softDeletedArtifactTypes/{{artifactType}}/artifacts/{{artifactName}}/versions": {"GET": "M"},
    _VM: {"PUT": "MF", "GET": "MA", "DELETE": "MA"},
    f"{_COMPUTE}/virtualMachines": {"GET": "MA"},
    f"{_OF_SUBSCRIPTION}/virtualMachines": {"GET": "MS"},
    _SCALE_SET: {"PUT": "MF", "GET": "MA", "DELETE": "MA"},
    f"{_COMPUTE}/virtualMachineScaleSets": {"GET": "MA"},
    f"{_SCALE_SET}/virtualMachines": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/virtualMachineScaleSets": {"GET": "MSA"},
    f"{_COMPUTE}/diskEncryptionSets/{{diskEncryptionSetName}}": {
        "PUT": "MFS",
        "PATCH": "MFS",
        "GET": "MFS",
        "DELETE": "MFS",
    },
    f"{_COMPUTE}/diskEncryptionSets": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/diskEncryptionSets": {"GET": "MS"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/operations/{{operationId}}": {"GET": "FSA"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/capsOperations/{{operationId}}": {"GET": "FSA"},
    f"{_OF_SUBSCRIPTION}/locations/{{location}}/DiskOperations/{{operationId}}": {"GET": "FS"},
    "/providers/Microsoft.ResourceGraph/resources": {"POST": "A"},
}
