package v20260203

const APIVersion = "2026-02-03"

type Client struct {
	common.Client
}

func NewSendParcelRequest() (request *SendParcelRequest) {
	request.Init().WithApiInfo("parcel", APIVersion, "SendParcel")
	return
}

func NewStopParcelRequest() (request *StopParcelRequest) {
	request.Init().WithApiInfo("parcel", APIVersion, "StopParcel")
	return
}

func NewTraceParcelRequest() (request *TraceParcelRequest) {
	request.Init().WithApiInfo("parcel", APIVersion, "TraceParcel")
	return
}
