# -*- coding: utf-8 -*-
from acme_parcel20250101 import models as parcel_20250101_models


class Client(OpenApiClient):
    """
    *\
    """
    def __init__(
        self, 
        config: open_api_models.Config,
    ):
        super().__init__(config)
        self._endpoint = self.get_endpoint('parcel', self._region_id, self._endpoint_rule)

    def list_parcels_with_options(
        self,
        request: parcel_20250101_models.ListParcelsRequest,
        runtime: util_models.RuntimeOptions,
    ) -> parcel_20250101_models.ListParcelsResponse:
        """
        @summary Lists what was sent

        @deprecated OpenAPI ListParcels is deprecated
        @param request: ListParcelsRequest
        """
        UtilClient.validate_model(request)
        query = {}
        if not UtilClient.is_unset(request.current_page):
            query['CurrentPage'] = request.current_page
        req = open_api_models.OpenApiRequest(
            query=OpenApiUtilClient.query(query)
        )
        params = open_api_models.Params(
            action='ListParcels',
            version='2025-01-01',
            method='POST',
            style='RPC',
            body_type='json'
        )
        return TeaCore.from_map(
            parcel_20250101_models.ListParcelsResponse(),
            self.call_api(params, req, runtime)
        )

    def weigh_parcel_with_options(
        self,
        request: parcel_20250101_models.WeighParcelRequest,
        runtime: util_models.RuntimeOptions,
    ) -> parcel_20250101_models.WeighParcelResponse:
        UtilClient.validate_model(request)
        req = open_api_models.OpenApiRequest(
            query=OpenApiUtilClient.query(UtilClient.to_map(request))
        )
        return TeaCore.from_map(
            parcel_20250101_models.WeighParcelResponse(),
            self.do_rpcrequest('WeighParcel', '2025-01-01', 'HTTPS', 'GET', 'AK', 'json', req, runtime)
        )
