"""The bases of the objects in a request."""

from pydantic import BaseModel, ConfigDict
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Part(BaseModel):
    """An object in a request, in which every field has to be known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TextOrObject(Part):
    """An object that may be given as a string if it has only one field."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        return {"anyOf": [{"type": "string"}, schema], "description": schema.pop("description")}
