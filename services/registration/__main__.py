"""python -m services.registration"""

from services.registration import api, handlers
from services.registration.api import entrance
from services.registration.desk import open_desk
from services.registration.doorkeeper import forget_old_failures
from services.registration.rostering import purge_rosters
from services.runtime import Service, serve

serve(
    Service(
        name="registration",
        routes=api.routes,
        fast=api.fast,
        consumes=handlers.consumes,
        background=(("forgetting", forget_old_failures), ("rosters", purge_rosters)),
        start=open_desk,
        needs_kafka=False,
        yields=(entrance.NEWCOMERS,),
    )
)
