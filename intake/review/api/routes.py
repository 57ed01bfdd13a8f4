"""All routers of the API."""

from collections.abc import Sequence

from fastapi import APIRouter

from intake.review.api import openapi

API_ROUTERS: Sequence[APIRouter] = (*openapi.TOLD, openapi.router)
