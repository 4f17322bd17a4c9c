"""What all groups of settings have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from seedwise.config.form import tell_bounds, title_field


class Section(BaseModel):
    """A frozen group of settings in which an unknown key is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, field_title_generator=title_field, json_schema_extra=tell_bounds
    )
