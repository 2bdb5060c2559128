"""`make demo`: one migration from tag to deletion, by the app itself, on emulated Azure. Never shipped."""
