"""Reads requests and writes answers: who is calling, JSON, problems. Knows no migration."""
