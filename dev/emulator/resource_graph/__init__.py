"""Microsoft.ResourceGraph: queries over everything that exists, in a small part of the Kusto query language.

Read `endpoint`, then `pipeline`, then `expressions`. What a query may use, what its caller may see, and how late it is
seen live here. A query that uses anything else is refused and told what it was: never a wrong answer.
"""

from dev.emulator.front_door.routes import Routes
from dev.emulator.resource_graph import endpoint


def register(routes: Routes) -> None:
    endpoint.register(routes)
