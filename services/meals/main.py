"""`app`, for uvicorn."""

from shared.edge.asgi import app_for

app = app_for("meals")
