"""The use cases: the only place that joins the rooms.

>>> import tempfile, qualitycycle as qc
>>> ws = qc.init_workspace(tempfile.mkdtemp() + "/region")
>>> ws.config.settings.language
<Language.NL: 'nl'>
"""

from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.importing import FileImport, ImportReport
from qualitycycle.workspace.opening import find_workspace, init_workspace, open_workspace

__all__ = [
    "FileImport",
    "ImportReport",
    "Workspace",
    "find_workspace",
    "init_workspace",
    "open_workspace",
]
