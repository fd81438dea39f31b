package v20260203

import (
	ksyunhttp "example.com/sdk-go/ksyun/common/http"
)

type SendParcelRequest struct {
	*ksyunhttp.BaseRequest
	// Where it comes from.
	From    *string                `json:"From,omitempty" name:"From"`
	Weight  *int                   `json:"Weight,omitempty" name:"Weight"`
	BoxIds  []*int64               `json:"BoxIds,omitempty" name:"BoxIds"`
	Filters []*SendParcelFilters   `json:"Filters,omitempty" name:"Filters"`
}

type SendParcelFilters struct {
	Name  *string   `json:"Name,omitempty" name:"Name"`
	Inner *SendParcelFilters `json:"Inner,omitempty"`
}

func (r *SendParcelRequest) ToJsonString() string {
	b, _ := json.Marshal(r)
	return string(b)
}

type SendParcelResponse struct {
	*ksyunhttp.BaseResponse
	SendParcelResponse struct {
		RequestId *string `json:"RequestId" name:"RequestId"`
		Parcel    struct {
			ParcelId *string `json:"ParcelId" name:"ParcelId"`
			Stops    []struct {
				City *string `json:"City" name:"City"`
			} `json:"Stops" name:"Stops"`
		} `json:"Parcel" name:"Parcel"`
	} `json:"SendParcelResponse"`
}

type StopParcelRequest struct {
	*ksyunhttp.BaseRequest
}

type StopParcelResponse struct {
	*ksyunhttp.BaseResponse
	RequestId         *string `json:"RequestId" name:"RequestId"`
	StopPracelResponse struct {
		Done *bool `json:"Done" name:"Done"`
	} `json:"StopPracelResponse"`
}

type TraceParcelRequest struct {
	*ksyunhttp.BaseRequest
}

type TraceParcelResponse struct {
	*ksyunhttp.BaseResponse
	TraceParcelResponse *string `json:"TraceParcelResponse" name:"TraceParcelResponse"`
}
