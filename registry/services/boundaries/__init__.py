"""Boundaries: outlines of areas from GeoJSON and TopoJSON, joined to places, simplified once, and kept for maps.

Files: `documents` (a file's areas), `topojson` (shared borders put together), `outlines` (rings that can be trusted),
`joining` (which place an area is), `simplifying` (fewer corners, common borders kept), `loading` (all of it, in a unit
of work).
"""
