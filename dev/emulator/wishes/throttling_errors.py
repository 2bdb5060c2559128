"""The four recorded bodies of a 429. The first is given when a rate limit is reached, each of them on request."""

from dev.emulator.vocabulary.errors import FROM_GATEWAY, ErrorKind

COMPUTE_REQUESTS_THROTTLED = ErrorKind(
    429,
    "OperationNotAllowed",
    "The server rejected the request because too many requests have been received for this subscription.",
)
SUBSCRIPTION_REQUESTS_THROTTLED = ErrorKind(
    429,
    "SubscriptionRequestsThrottled",
    "Number of requests for subscription '{subscription}' and operation '{operation}' exceeded the backend storage "
    "limit. Please try again after '{seconds}' seconds.",
)
RESOURCE_REQUESTS_THROTTLED = ErrorKind(
    429,
    "ResourceRequestsThrottled",
    "Number of requests for action '{operation}' exceeded the limit of '150' for time interval '01:00:00'. "
    "Please try again after '{seconds}' seconds.",
    headers=FROM_GATEWAY,
)
TOO_MANY_REQUESTS = ErrorKind(
    429,
    "TooManyRequests",
    "The request is being throttled as the limit has been reached for operation type '{operation}'.",
    unverified=("message",),
)
THROTTLED_INSIDE = {"internalErrorCode": "TooManyRequestsReceived"}
