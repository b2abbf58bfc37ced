from fakes.openai_api import lasting_server, server

__all__ = ["lasting_server", "server"]
