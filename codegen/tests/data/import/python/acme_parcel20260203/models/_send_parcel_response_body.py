class SendParcelResponseBody(DaraModel):
    def __init__(
        self,
        extra: Any = None,
        labels: Dict[str, str] = None,
        request_id: str = None,
        stops: main_models.SendParcelResponseBodyStops = None,
        matrix: List[List[int]] = None,
        price: float = None,
    ):
        self.extra = extra
        self.labels = labels
        self.request_id = request_id
        self.stops = stops
        self.matrix = matrix
        self.price = price

    def to_map(self):
        result = dict()
        if self.extra is not None:
            result['Extra'] = self.extra

        result['Labels'] = {}
        if self.labels is not None:
            for k1, v1 in self.labels.items():
                result['Labels'][k1] = v1

        if self.request_id is not None:
            result['RequestId'] = self.request_id

        if self.stops is not None:
            result['Stops'] = self.stops.to_map()

        result['Matrix'] = []
        if self.matrix is not None:
            l1 = []
            for k1 in self.matrix:
                l1.append(k1)
            result['Matrix'].append(l1)

        if self.price is not None:
            result['Price'] = self.price

        return result

class SendParcelResponseBodyStops(DaraModel):
    def __init__(self, stop: List[main_models.SendParcelResponseBodyStopsStop] = None):
        self.stop = stop

    def to_map(self):
        result = dict()
        result['Stop'] = []
        if self.stop is not None:
            for k1 in self.stop:
                result['Stop'].append(k1.to_map() if k1 else None)

        return result

class SendParcelResponseBodyStopsStop(DaraModel):
    def __init__(self, city: str = None):
        self.city = city

    def to_map(self):
        result = dict()
        if self.city is not None:
            result['City'] = self.city

        return result
