# -*- coding: utf-8 -*-
from Tea.model import TeaModel
from typing import List, Dict


class ListParcelsRequest(TeaModel):
    def __init__(
        self,
        current_page: int = None,
    ):
        self.current_page = current_page

    def to_map(self):
        result = dict()
        if self.current_page is not None:
            result['CurrentPage'] = self.current_page
        return result


class ListParcelsResponseBodyParcels(TeaModel):
    def __init__(
        self,
        name: str = None,
    ):
        self.name = name

    def to_map(self):
        result = dict()
        if self.name is not None:
            result['Name'] = self.name
        return result


class ListParcelsResponseBody(TeaModel):
    def __init__(
        self,
        parcels: List[ListParcelsResponseBodyParcels] = None,
    ):
        self.parcels = parcels

    def from_map(self, m: dict = None):
        m = m or dict()
        self.parcels = []
        if m.get('Parcels') is not None:
            for k in m.get('Parcels'):
                temp_model = ListParcelsResponseBodyParcels()
                self.parcels.append(temp_model.from_map(k))
        return self


class ListParcelsResponse(TeaModel):
    def __init__(
        self,
        headers: Dict[str, str] = None,
        body: ListParcelsResponseBody = None,
    ):
        self.headers = headers
        self.body = body

    def to_map(self):
        result = dict()
        if self.body is not None:
            result['body'] = self.body.to_map()
        return result


class WeighParcelRequest(TeaModel):
    def __init__(
        self,
        parcel_id: str = None,
    ):
        self.parcel_id = parcel_id

    def to_map(self):
        result = dict()
        if self.parcel_id is not None:
            result['ParcelId'] = self.parcel_id
        return result


class WeighParcelResponse(TeaModel):
    def __init__(
        self,
        headers: Dict[str, str] = None,
        body: List[str] = None,
    ):
        self.headers = headers
        self.body = body

    def to_map(self):
        result = dict()
        if self.body is not None:
            result['body'] = self.body
        return result
