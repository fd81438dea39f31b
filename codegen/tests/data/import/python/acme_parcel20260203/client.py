# -*- coding: utf-8 -*-
from __future__ import annotations

from acme_parcel20260203 import models as main_models

class Client(OpenApiClient):

    def __init__(
        self,
        config: open_api_util_models.Config,
    ):
        super().__init__(config)
        self._endpoint_rule = 'regional'
        self._endpoint_map = {
            'north-1': 'parcel.example.com',
            'south-1': 'parcel.south.example.com'
        }
        self._endpoint = self.get_endpoint('parcel', self._region_id, self._endpoint_rule)

    def send_parcel_with_options(
        self,
        tmp_req: main_models.SendParcelRequest,
        runtime: RuntimeOptions,
    ) -> main_models.SendParcelResponse:
        tmp_req.validate()
        request = main_models.SendParcelShrinkRequest()
        Utils.convert(tmp_req, request)
        if not DaraCore.is_null(tmp_req.box_ids):
            request.box_ids_shrink = Utils.array_to_string_with_specified_style(tmp_req.box_ids, 'BoxIds', 'json')
        if not DaraCore.is_null(tmp_req.colours):
            request.colours_shrink = Utils.array_to_string_with_specified_style(tmp_req.colours, 'Colours', 'simple')
        query = {}
        if not DaraCore.is_null(request.box_ids_shrink):
            query['BoxIds'] = request.box_ids_shrink
        if not DaraCore.is_null(request.colours_shrink):
            query['Colours'] = request.colours_shrink
        if not DaraCore.is_null(request.from_):
            query['From'] = request.from_
        if not DaraCore.is_null(request.weight):
            query['Weight'] = request.weight
        if not DaraCore.is_null(request.tags):
            query['Tags'] = request.tags
        if not DaraCore.is_null(request.speed):
            query['Speed'] = request.speed
        if not DaraCore.is_null(request.fragile):
            query['Fragile'] = request.fragile
        if not DaraCore.is_null(request.custom_identifier):
            query['customIdentifier'] = request.custom_identifier
        body = {}
        if not DaraCore.is_null(request.client_token):
            body['ClientToken'] = request.client_token
        req = open_api_util_models.OpenApiRequest(
            query = Utils.query(query),
            body = Utils.parse_to_map(body)
        )
        params = open_api_util_models.Params(
            action = 'SendParcel',
            version = '2026-02-03',
            protocol = 'HTTPS',
            pathname = '/',
            method = 'POST',
            auth_type = 'AK',
            style = 'RPC',
            req_body_type = 'formData',
            body_type = 'json'
        )
        return DaraCore.from_map(
            main_models.SendParcelResponse(),
            self.call_api(params, req, runtime)
        )

    async def send_parcel_with_options_async(
        self,
        tmp_req: main_models.SendParcelRequest,
        runtime: RuntimeOptions,
    ) -> main_models.SendParcelResponse:
        params = open_api_util_models.Params(
            action = 'SendParcel',
            version = '2026-02-03',
            method = 'GET'
        )

    def send_parcel(
        self,
        request: main_models.SendParcelRequest,
    ) -> main_models.SendParcelResponse:
        runtime = RuntimeOptions()
        return self.send_parcel_with_options(request, runtime)

    def count_parcels_with_options(
        self,
        runtime: RuntimeOptions,
    ) -> main_models.CountParcelsResponse:
        req = open_api_util_models.OpenApiRequest()
        params = open_api_util_models.Params(action = 'CountParcels', version = '2026-02-03', style = 'RPC', method = 'POST')
        return DaraCore.from_map(
            main_models.CountParcelsResponse(),
            self.call_api(params, req, runtime)
        )
