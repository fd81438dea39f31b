import json


class ParcelClient(AbstractClient):
    _apiVersion = '2026-02-03'
    _endpoint = 'parcel.api.example.com'
    _service = 'parcel'
    def SendParcel(self, request):
        """寄送包裹
        :param request: Request instance for SendParcel.
        :type request: :class:`ksyun.client.parcel.v20260203.models.SendParcelRequest`
        """
        try:
            params = request._serialize()
            body = self.call_judge("SendParcel", params, "application/x-www-form-urlencoded")
            return body
        except Exception as e:
            raise

    def StopParcel(self, request):
        body = self.call_judge("StopParcel", params, "application/json")
