from ksyun.common.abstract_model import AbstractModel

class SendParcelRequest(AbstractModel):
    """SendParcel请求参数结构体
    """

    def __init__(self):
        r"""寄送包裹
        :param From: 寄件城市
        :type PathPrefix: String
        :param Weight: 重量
        :type PathPrefix: Int
        :param Filters: 
        :type PathPrefix: Filter
        :param BoxId.N: 箱子
        :type PathPrefix: Long
        :param Rule.Name.N: 规则
        :type PathPrefix: String
        """
        self.From = None
