"""What must come first before a choice can be taken back, looked at before a deployment. Nothing is changed here."""
