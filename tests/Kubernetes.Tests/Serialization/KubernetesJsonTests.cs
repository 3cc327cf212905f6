using System.Text;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Kubernetes.Tests.Serialization;

public sealed class KubernetesJsonTests
{
    [Theory]
    [Trait("Semantics", "C41")]
    [InlineData("😀")]
    [InlineData("a\\uD83D\\uDE00b")]
    [InlineData("\\😀\\\\")]
    [InlineData("grüße 你好 \u2028 \" \\ /")]
    public void ToUtf8_TextBeyondTheBasicPlane_IsRawAndReadsBack(string text)
    {
        byte[] json = KubernetesJson.ToUtf8(new Widget { Spec = new WidgetSpec { Color = text } });

        Assert.Equal(text, KubernetesJson.Read<Widget>(json).Spec.Color);
        if (text == "😀")
        {
            Assert.Contains("\"color\":\"😀\"", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Semantics", "C50")]
    public void Lease_Times_HaveExactlySixDigitsAndForeignFieldsSurvive()
    {
        const string json =
            """{"spec":{"holderIdentity":"a","renewTime":"2026-01-02T03:04:05.120000Z","strategy":"OldestEmulationVersion"}}""";

        Lease lease = KubernetesJson.Read<Lease>(Encoding.UTF8.GetBytes(json));
        string written = KubernetesJson.ToText(lease);

        Assert.Contains("\"renewTime\":\"2026-01-02T03:04:05.120000Z\"", written, StringComparison.Ordinal);
        Assert.Contains("\"strategy\":\"OldestEmulationVersion\"", written, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C42")]
    public void Read_UnknownFields_AreWrittenBack()
    {
        const string json =
            """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","generation":0,"selfLink":"x"},"spec":{"size":0},"extra":{"deep":[1]}}""";

        string written = KubernetesJson.ToText(KubernetesJson.Read<Widget>(Encoding.UTF8.GetBytes(json)));

        Assert.Contains("\"selfLink\":\"x\"", written, StringComparison.Ordinal);
        Assert.Contains("\"extra\":{\"deep\":[1]}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_Text_HidesItsValues()
    {
        Secret secret = KubernetesJson.Read<Secret>(
            """{"metadata":{"name":"a","namespace":"b"},"data":{"token":"aHVudGVyMg=="}}"""u8
        );

        Assert.Equal("hunter2"u8.ToArray(), secret.Data!["token"]);
        Assert.Equal("Secret b/a", secret.ToString());
    }
}
