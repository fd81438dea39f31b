"""The client kingsoftcloud-sdk-python: its KcmClient, and its CommonClient for what that one lacks."""

import inspect
import json

from ksyun.client.kcm.v20160304 import client as kcm
from ksyun.client.kcm.v20160304 import models
from ksyun.common.common_client import CommonClient
from ksyun.common.credential import Credential
from ksyun.common.exception.ksyun_sdk_exception import KsyunSDKException
from ksyun.common.profile.client_profile import ClientProfile
from ksyun.common.profile.http_profile import HttpProfile

from clients import Client, Refused

REGION = "cn-beijing-6"
SERVICE = "kcm"
VERSION = "2016-03-04"


class Kingsoft(Client):
    """What the two have in common: where and how they send."""

    package = "kingsoftcloud-sdk-python"

    def __init__(self, url, key, method):
        http = HttpProfile(protocol="http", endpoint=url.removeprefix("http://"), reqMethod=method)
        self.settings = (Credential(key.id, key.secret, key.token), REGION, ClientProfile(httpProfile=http))

    def read(self, send, *arguments):
        try:
            return json.loads(send(*arguments))
        except KsyunSDKException as error:
            raise refused(error) from None


def refused(error):
    """The client hands an answer of another status than 200 out as it came."""
    code, message, request_id = error.code, error.message, error.requestId
    if code == "ServerNetworkError":
        answer = json.loads(message)
        code, message, request_id = answer["Error"]["Code"], answer["Error"]["Message"], answer["RequestId"]
        inner = answer["Error"].get("InnerCode")
        code = f"{code}/{inner}" if inner else code
    return Refused(code, message, request_id)


class Typed(Kingsoft):
    """A method for each action."""

    typed = True

    def __init__(self, url, key, method):
        super().__init__(url, key, method)
        self.client = kcm.KcmClient(*self.settings)

    def actions(self):
        return {name: name for name, value in vars(kcm.KcmClient).items() if inspect.isfunction(value)}

    def call(self, action, parameters):
        request = getattr(models, f"{action}Request")()
        for name, value in parameters.items():
            if not hasattr(request, name):
                raise AttributeError(f"the client's {action} has no {name}")
            setattr(request, name, value)
        return self.read(getattr(self.client, action), request)


class Common(Kingsoft):
    """The client for any action of any service: it knows no action by itself."""

    def __init__(self, url, key, method, names):
        super().__init__(url, key, method)
        self.client = CommonClient(SERVICE, VERSION, *self.settings)
        self.names = names

    def actions(self):
        return {name: "CommonClient" for name in self.names}

    def call(self, action, parameters):
        return self.read(self.client.call, action, dict(parameters))
