import { wechatPayEndpoint, wechatPayEndpointProblem } from "../../provider/domain/wechatpay-endpoint";

describe("where WeChat Pay is", () => {
  it.each([
    ["the mainland without a setting", undefined, "https://api.mch.weixin.qq.com", "mainland"],
    ["the mainland by name", "mainland", "https://api.mch.weixin.qq.com", "mainland"],
    ["Hong Kong and the world by name", "global", "https://apihk.mch.weixin.qq.com", "global"],
    [
      "the global host as a URL, with its paths",
      "https://apihk.mch.weixin.qq.com",
      "https://apihk.mch.weixin.qq.com",
      "global",
    ],
    ["a spare host", "https://api2.mch.weixin.qq.com/", "https://api2.mch.weixin.qq.com", "mainland"],
    ["a stand-in on this machine", "http://127.0.0.1:4573", "http://127.0.0.1:4573", "mainland"],
  ])("%s", (_name, setting, baseUrl, flavour) => {
    if (setting !== undefined) expect(wechatPayEndpointProblem(setting)).toBeUndefined();
    expect(wechatPayEndpoint(setting)).toEqual({ baseUrl, flavour });
  });

  it.each([
    ["an unknown name", "hongkong", "not a URL"],
    ["nothing", "", "not a URL"],
    ["http to another machine", "http://api.mch.weixin.qq.com", "http to another machine"],
    ["another scheme", "ftp://127.0.0.1", "a URL of scheme ftp"],
    ["credentials", "https://user:word@api.mch.weixin.qq.com", "a URL with credentials in it"],
    ["a path", "https://api.mch.weixin.qq.com/v3", "a URL with a path"],
    ["a query", "https://api.mch.weixin.qq.com?a=b", "a URL with a query"],
    ["an empty query", "https://api.mch.weixin.qq.com/?", "a URL with a query"],
    ["a fragment", "https://api.mch.weixin.qq.com/#a", "a URL with a query"],
  ])("is not %s", (_name, setting, problem) => {
    expect(wechatPayEndpointProblem(setting)).toBe(problem);
  });
});
