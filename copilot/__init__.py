"""The agent copilot: suggestions, conduct review and complaint guidance beside a human customer-service agent.

Importing this package does nothing; `copilot.engine.Copilot` is the front door for programs and
`copilot.wiring` puts one together from settings.
"""

__version__ = "0.1.0"
