"""What every service is built on. A service is a `Service`; `serve` runs it as a process."""

from services.runtime.parts import Parts
from services.runtime.service import Service, serve
from services.runtime.shedding import Yielding

__all__ = ["Parts", "Service", "Yielding", "serve"]
