"""The local Functions host: runs any azure-functions-durable 2.x app folder on this machine. Never shipped."""
