from fakes.openai_api import server

__all__ = ["server"]
