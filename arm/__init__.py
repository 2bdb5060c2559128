"""The only room that talks to Azure Resource Manager and imports its SDKs; gives back values of `migration/`."""
