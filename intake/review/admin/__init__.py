"""Administration: how the service is doing, policy and letters as they stand, the model, users, who did what."""

from intake.review.admin import audit, letters, mailboxes, model, overview, policy, users, webhooks

ROUTERS = (
    overview.router, mailboxes.router, policy.router, letters.router, model.router, users.router, audit.router,
    webhooks.router,
)  # fmt: skip
