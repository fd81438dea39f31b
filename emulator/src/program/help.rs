//! The help of the program.

use super::Called;

/// The help, with the name under which the program was called.
pub(super) fn text(called: Called) -> String {
    let text = if called.in_chinese { CHINESE } else { ENGLISH };
    text.replace("{name}", called.name)
}

const ENGLISH: &str = "\
A local endpoint that speaks the certificate APIs of Alibaba Cloud and Kingsoft Cloud.

Usage: {name} [OPTIONS]

Options:
  --listen ADDRESS     listen on this address [default: 127.0.0.1:0, a free port]
  --allow-remote       allow an address that other machines can reach
  --seed N             seed of ids, keys and randomly chosen faults [default: 0]
  --clock TIME         time at which the clock starts, like 2026-01-02T03:04:05Z [default: now]
  --chaos SEED         let a fifth of all calls meet a randomly chosen fault
  --polls N            validate a domain after N probes of its order [default: 2]
  --seconds N          validate a domain after N seconds
  --dns ADDRESS        look up the DNS records that validate domains at this server
  --file-host ADDRESS  fetch the files that validate domains from this web server
  --quota PRODUCT=N    certificates of a product that were bought in advance; may be repeated
  --instances N        instances of CAS 2018-07-13 that were bought in advance [default: 12]
  --stock SPEC=N       instances of CAS 2020-04-07 of a specification that were bought in advance; may be repeated
  --model FILE         answer from this description, which `cloudcert-codegen model` prints
  --credentials FILE   access keys to accept, as JSON; emulator/README.md shows the form
  -h, --help           print this help

The endpoint also accepts the access keys in CLOUDCERT_EMULATOR_ALIYUN_ID, _SECRET and _TOKEN, and the same with KSYUN. A cloud
without any access key accepts its test key: testid for Alibaba Cloud, AKLTtestid for Kingsoft Cloud, both with the secret
testsecret. Secrets cannot be passed on the command line, where other users of the machine see them.

With --model, no action has a behaviour of its own: each is answered from its description alone, and --polls, --seconds, --dns,
--file-host, --quota, --instances and --stock have no effect.

When the endpoint is ready, it prints one line of JSON with its URL. URL/_emulator/ is a page that shows what it does, moves its clock
and adds faults. It serves until SIGINT or SIGTERM.

Exit status: 0 stopped, 1 cannot start, 2 wrong usage.
";

const CHINESE: &str = "\
一个本地端点，实现阿里云和金山云的证书 API。

用法：{name} [选项]

选项：
  --listen 地址        监听此地址 [默认：127.0.0.1:0，即任一空闲端口]
  --allow-remote       允许其他机器可以访问的地址
  --seed N             编号、密钥和随机故障的种子 [默认：0]
  --clock 时间         时钟的起始时间，如 2026-01-02T03:04:05Z [默认：当前时间]
  --chaos 种子         使五分之一的调用遇到随机选择的故障
  --polls N            订单被查询 N 次后通过域名验证 [默认：2]
  --seconds N          N 秒后通过域名验证
  --dns 地址           向此服务器查询验证域名的 DNS 记录
  --file-host 地址     从此 Web 服务器获取验证域名的文件
  --quota 产品=N       预先购买的某产品的证书数量，可重复
  --instances N        预先购买的 CAS 2018-07-13 实例数量 [默认：12]
  --stock 规格=N       预先购买的 CAS 2020-04-07 某规格的实例数量，可重复
  --model 文件         按此描述回答，由 `cloudcert-codegen model` 输出
  --credentials 文件   可接受的访问密钥，JSON 格式，见 emulator/README.md
  -h, --help           显示此帮助

端点还接受 CLOUDCERT_EMULATOR_ALIYUN_ID、_SECRET、_TOKEN 以及以 KSYUN 代替 ALIYUN 的环境变量中的访问密钥。没有设置访问密钥的云
接受其测试密钥：阿里云为 testid，金山云为 AKLTtestid，密码均为 testsecret。密钥不能写在命令行中，否则本机的其他用户可以看到。

使用 --model 时，所有接口均按其描述回答，没有各自的行为；--polls、--seconds、--dns、--file-host、--quota、--instances 和 --stock
不起作用。

就绪后输出一行含 URL 的 JSON。URL/_emulator/ 页面显示其活动，可移动时钟、添加故障。它一直服务到收到 SIGINT 或 SIGTERM。

退出状态：0 已停止，1 无法启动，2 用法有误。
";
