"""The official Python client beside the others: the same arguments and the same line of figures as `common`.

    python client.py URL REQUESTS TASKS threads|asyncio

One task calls without either. The client keeps the connections of calls that wait; its asynchronous calls open one each.
"""

import asyncio
import concurrent.futures
import json
import os
import resource
import sys
import time

from alibabacloud_cas20200407 import models
from alibabacloud_cas20200407.client import Client
from alibabacloud_tea_openapi.models import Config


def main():
    url, requests, tasks, way = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    config = Config(access_key_id="testid", access_key_secret="testsecret", protocol="http", max_idle_conns=tasks)
    config.endpoint = url.removeprefix("http://")
    client = Client(config)
    run = {"threads": by_threads, "asyncio": by_asyncio}[way]
    run(client, 1, 1)
    rest = memory("VmRSS")
    # The connections of all tasks.
    run(client, tasks, tasks)
    start, before = time.monotonic(), processor_time()
    run(client, requests, tasks)
    wall, cpu = time.monotonic() - start, processor_time() - before
    figures = {"requests": requests, "tasks": tasks, "wall": wall, "cpu": cpu, "rest_kib": rest, "peak_kib": memory("VmHWM")}
    print(json.dumps(figures))


def by_threads(client, requests, tasks):
    def share(number):
        for _ in range(number):
            check(client.get_user_certificate_detail(models.GetUserCertificateDetailRequest(cert_id=7654321)))

    if tasks == 1:
        return share(requests)
    with concurrent.futures.ThreadPoolExecutor(tasks) as pool:
        list(pool.map(share, shares(requests, tasks)))


def by_asyncio(client, requests, tasks):
    async def share(number):
        for _ in range(number):
            check(await client.get_user_certificate_detail_async(models.GetUserCertificateDetailRequest(cert_id=7654321)))

    async def all_shares():
        await asyncio.gather(*(share(number) for number in shares(requests, tasks)))

    asyncio.run(all_shares())


def shares(requests, tasks):
    return [requests // tasks + (task < requests % tasks) for task in range(tasks)]


def check(response):
    if response.body.id != 7654321:
        sys.exit("another response")


def processor_time():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory(name):
    """A figure of this process in KiB."""
    with open(f"/proc/{os.getpid()}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name + ":"))


main()
