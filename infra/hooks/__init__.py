"""What azd runs around a deployment. Python's standard library and `az`, nothing else: see azure.yaml for when."""
