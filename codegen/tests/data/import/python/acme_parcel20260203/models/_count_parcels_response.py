class CountParcelsResponse(DaraModel):
    def __init__(self, headers: Dict[str, str] = None, body: main_models.CountParcelsResponseBody = None):
        self.headers = headers
        self.body = body

    def to_map(self):
        result = dict()
        if self.body is not None:
            result['body'] = self.body.to_map()
        return result

class CountParcelsResponseBody(DaraModel):
    def __init__(self, count: int = None, request_id: str = None):
        self.count = count
        self.request_id = request_id

    def to_map(self):
        result = dict()
        if self.count is not None:
            result['Count'] = self.count
        if self.request_id is not None:
            result['RequestId'] = self.request_id
        return result
