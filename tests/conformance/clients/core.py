"""The client aliyun-python-sdk-core: with the requests of aliyun-python-sdk-cas, and with its own CommonRequest."""

import importlib
import json
import pkgutil

from aliyunsdkcas.request import v20180713
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from clients import Client, Refused, query_pairs

SUFFIX = "Request"


class Core(Client):
    """What the two ways have in common: how they send."""

    def __init__(self, url, key, method):
        credential = StsTokenCredential(key.id, key.secret, key.token) if key.token else AccessKeyCredential(key.id, key.secret)
        self.client = AcsClient(region_id="cn-hangzhou", credential=credential)
        self.host = url.removeprefix("http://")
        self.method = method

    def send(self, request):
        self.prepare(request)
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(error.error_code, error.message, error.request_id) from None

    def prepare(self, request):
        request.set_method(self.method)
        request.set_protocol_type("http")


class Typed(Core):
    """A request class for each action."""

    package = "aliyun-python-sdk-cas"
    typed = True

    def actions(self):
        modules = [module.name for module in pkgutil.iter_modules(v20180713.__path__)]
        return {name.removesuffix(SUFFIX): name for name in modules if name.endswith(SUFFIX)}

    def call(self, action, parameters):
        return self.send(self.request(action, parameters))

    def body_in_xml(self, action, parameters):
        """The body of an answer or an error, as it came; the client reads only JSON by itself."""
        request = self.request(action, parameters)
        self.prepare(request)
        request.set_accept_format("XML")
        return self.client.do_action(request).decode()

    def request(self, action, parameters):
        name = self.actions()[action]
        request = getattr(importlib.import_module(f"{v20180713.__name__}.{name}"), name)()
        request.set_endpoint(self.host)
        for parameter, value in parameters.items():
            getattr(request, f"set_{parameter}")(value)
        return request


class Common(Core):
    """The request for any action of any version: it knows no action by itself."""

    package = "aliyun-python-sdk-core"

    def __init__(self, url, key, method, version, names):
        super().__init__(url, key, method)
        self.version = version
        self.names = names

    def actions(self):
        return {name: "CommonRequest" for name in self.names}

    def call(self, action, parameters):
        request = CommonRequest(domain=self.host, version=self.version, action_name=action)
        place = request.add_body_params if self.method == "POST" else request.add_query_param
        for name, value in query_pairs(parameters).items():
            place(name, value)
        return self.send(request)
