"""`make fleet-demo`: very many images as one fleet, by the app itself, on emulated Azure. Never shipped."""
