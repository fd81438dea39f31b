# -*- coding: utf-8 -*-
from __future__ import annotations

from typing import List

class SendParcelRequest(DaraModel):
    def __init__(
        self,
        box_ids: List[int] = None,
        client_token: str = None,
        colours: List[str] = None,
        custom_identifier: str = None,
        fragile: bool = None,
        from_: str = None,
        speed: str = None,
        tags: List[main_models.SendParcelRequestTags] = None,
        weight: int = None,
    ):
        # The boxes to send.
        self.box_ids = box_ids
        self.client_token = client_token
        # The colours of the paper. Valid values: red, green, and blue.
        self.colours = colours
        self.custom_identifier = custom_identifier
        # Whether glass is inside. Valid values:
        # 
        # - **true**: it is.
        # - **false**: it is not.
        self.fragile = fragile
        # Where it comes from.
        # 
        # This parameter is required.
        # 
        # It is printed on the lid.
        self.from_ = from_
        # The speed. Valid values:
        # 
        # - **slow**: by ship.
        # 
        # - fast (by plane)
        # 
        # The default is slow.
        self.speed = speed
        # The tags.
        self.tags = tags
        # The weight in grams.
        self.weight = weight

    def validate(self):
        if self.tags:
            for v1 in self.tags:
                 if v1:
                    v1.validate()

    def to_map(self):
        result = dict()
        _map = super().to_map()
        if _map is not None:
            result = _map
        if self.box_ids is not None:
            result['BoxIds'] = self.box_ids

        if self.client_token is not None:
            result['ClientToken'] = self.client_token

        if self.colours is not None:
            result['Colours'] = self.colours

        if self.custom_identifier is not None:
            result['customIdentifier'] = self.custom_identifier

        if self.fragile is not None:
            result['Fragile'] = self.fragile

        if self.from_ is not None:
            result['From'] = self.from_

        if self.speed is not None:
            result['Speed'] = self.speed

        result['Tags'] = []
        if self.tags is not None:
            for k1 in self.tags:
                result['Tags'].append(k1.to_map() if k1 else None)

        if self.weight is not None:
            result['Weight'] = self.weight

        return result

class SendParcelRequestTags(DaraModel):
    def __init__(
        self,
        key: str = None,
        value: str = None,
    ):
        self.key = key
        self.value = value

    def to_map(self):
        result = dict()
        if self.key is not None:
            result['Key'] = self.key

        if self.value is not None:
            result['Value'] = self.value

        return result
