using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmOperator.Kubernetes.Watching;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Kubernetes.Tests.Watching;

public sealed class WatchEventParserTests
{
    private const string Object =
        """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","resourceVersion":"7"},"spec":{"color":"red"}}""";

    [Theory]
    [InlineData("ADDED", typeof(WatchEvent<Widget>.Added))]
    [InlineData("MODIFIED", typeof(WatchEvent<Widget>.Modified))]
    [InlineData("DELETED", typeof(WatchEvent<Widget>.Deleted))]
    public void Parse_ObjectEvent_IsTyped(string type, Type expected) =>
        Assert.IsType(expected, Parse($$"""{"type":"{{type}}","object":{{Object}}}"""));

    [Fact]
    public void Parse_ObjectBeforeType_IsRead() =>
        Assert.Equal(
            "red",
            Assert
                .IsType<WatchEvent<Widget>.Added>(
                    Parse($$"""{"object":{{Object}},"note":[1],"type":"ADDED"}""")
                )
                .Object.Spec.Color
        );

    [Fact]
    [Trait("Semantics", "C20")]
    public void Parse_Bookmark_HasVersionAndTheMarkOfTheInitialEnd()
    {
        WatchEvent<Widget> bookmark = Parse(
            """{"type":"BOOKMARK","object":{"kind":"Widget","apiVersion":"example.com/v1","metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}}"""
        );

        Assert.Equal(new WatchEvent<Widget>.Bookmark("9", IsInitialEventsEnd: true), bookmark);
    }

    [Fact]
    [Trait("Semantics", "C16")]
    public void Parse_Error_HasTheStatus()
    {
        WatchEvent<Widget> error = Parse(
            """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","code":410,"reason":"Expired"}}"""
        );

        Assert.Equal(410, Assert.IsType<WatchEvent<Widget>.Error>(error).Status.Code);
    }

    [Theory]
    [Trait("Semantics", "C22")]
    [InlineData("""{"type":"ADDED","object":{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{}}}""")]
    [InlineData(
        """{"type":"ADDED","object":{"kind":"Gadget","apiVersion":"example.com/v1","metadata":{"name":"a"}}}"""
    )]
    [InlineData(
        """{"type":"ADDED","object":{"kind":"Widget","apiVersion":"example.com/v1","metadata":{}}}"""
    )]
    [InlineData("""{"type":"RENAMED","object":{}}""")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"ADDED","object":{"kind":"Wid""")]
    [InlineData("""{"kind":"Status"}""")]
    [InlineData("""[]""")]
    [InlineData("""{} {}""")]
    public void Parse_MalformedOrUnexpected_Throws(string line) =>
        Assert.ThrowsAny<JsonException>(() => Parse(line));

    private static WatchEvent<Widget> Parse(string line) =>
        WatchEventParser<Widget>.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));
}
