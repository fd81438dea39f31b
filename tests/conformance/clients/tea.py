"""The clients alibabacloud-cas20200407 and alibabacloud-cas20180713."""

import functools
import importlib
import inspect
import json

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions as OldRuntimeOptions
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException

from clients import Models, Refused

REQUEST = "Request"
BODY = "ResponseBody"


class Tea(Models):
    fills_lists = True

    def __init__(self, package, url, key, algorithm):
        self.package = package
        package = package.replace("-", "_")
        self.module = importlib.import_module(f"{package}.client")
        self.models = importlib.import_module(f"{package}.models")
        config = Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=url.removeprefix("http://"),
            protocol="HTTP",
            signature_algorithm=algorithm,
        )
        self.client = self.module.Client(config)
        self.runtime = OldRuntimeOptions() if package.endswith("20180713") else RuntimeOptions()

    def actions(self):
        return self.table

    @functools.cached_property
    def table(self):
        """Action names, each with the method that calls it: models are named after the action, methods in small letters."""
        methods = {name.replace("_", ""): name for name, _ in inspect.getmembers(self.client, inspect.ismethod)}
        names = [name.removesuffix(BODY) for name in dir(self.models) if name.endswith(BODY)]
        return {name: methods[name.lower()] for name in names if name.lower() in methods}

    def fields(self, model):
        known = getattr(self.models, model, None)
        return known and [name for name in inspect.signature(known.__init__).parameters if name != "self"]

    def packed(self, action, parameters):
        """What the client makes a text of by itself is handed over as it is."""
        shrunk = getattr(self.models, f"{action}ShrinkRequest", None)
        if not shrunk:
            return parameters

        def by_itself(name):
            return any(value for key, value in vars(shrunk().from_map({name: "-"})).items() if key.endswith("_shrink"))

        return {name: json.loads(value) if by_itself(name) else value for name, value in parameters.items()}

    def call(self, action, parameters):
        method = getattr(self.client, f"{self.actions()[action]}_with_options")
        # An action without parameters has no request.
        request = getattr(self.models, f"{action}{REQUEST}", None)
        requests = [request().from_map(self.packed(action, parameters))] if request else []
        try:
            return method(*requests, self.runtime).body.to_map()
        except (AlibabaCloudException, TeaException) as error:
            request_id = (error.data or {}).get("RequestId")
            raise Refused(error.code, error.message, request_id) from None
