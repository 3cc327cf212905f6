using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Classification.Redaction;

namespace LlmOperator.Router.Tests.Classification.Redaction;

public sealed class RedactionTests
{
    private const string Body =
        """{"model":"m","messages":[{"role":"user","content":"Mail jane@acme.org and joe@acme.org, then jane@acme.org again"}],"x":1}""";

    [Fact]
    public void Redact_Request_HoldsPlaceholdersAndKeepsTheRest()
    {
        Assert.Equal(
            """{"model":"m","messages":[{"role":"user","content":"Mail [[EMAIL_1]] and [[EMAIL_2]], then [[EMAIL_1]] again"}],"x":1}""",
            Text(Redactor(Body).Redact(Encoding.UTF8.GetBytes(Body)))
        );
    }

    [Fact]
    public void Redact_TextThatLooksLikeAPlaceholder_IsNotMistakenForOne()
    {
        const string Tricky =
            """{"model":"m","messages":[{"role":"user","content":"[[EMAIL_1]] is a literal, jane@acme.org is not"}]}""";
        Redactor redactor = Redactor(Tricky);
        string redacted = Text(redactor.Redact(Encoding.UTF8.GetBytes(Tricky)));

        string answer =
            $$$"""{"choices":[{"message":{"content":"[[EMAIL_1]] and {{{redactor.Placeholders.Of("email", "jane@acme.org")}}}"}}]}""";

        Assert.DoesNotContain("jane@acme.org", redacted, StringComparison.Ordinal);
        Assert.Equal(
            "[[EMAIL_1]] and jane@acme.org",
            (string?)
                JsonNode.Parse(
                    AnswerRestorer.Restore(Encoding.UTF8.GetBytes(answer), redactor.Placeholders).Span
                )!["choices"]![0]!["message"]!["content"]
        );
    }

    [Fact]
    public void Restore_Arguments_EscapesTheValueForTheJsonInside()
    {
        Placeholders placeholders = new([]);
        string placeholder = placeholders.Of("assigned-secret", "a\"b\\c");
        string answer =
            $$$"""{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"key\":\"{{{placeholder}}}\"}"}}]}}]}""";

        JsonNode restored = JsonNode.Parse(
            AnswerRestorer.Restore(Encoding.UTF8.GetBytes(answer), placeholders).Span
        )!;
        string arguments = (string)
            restored["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["arguments"]!;

        Assert.Equal("a\"b\\c", (string?)JsonNode.Parse(arguments)!["key"]);
    }

    [Fact]
    public void Restore_StreamCutAnywhere_GivesTheTextOfTheWhole()
    {
        Placeholders placeholders = new([]);
        string text =
            $"Dear [Jane], [[{placeholders.Of("email", "jane@acme.org")}]] and {placeholders.Of("card", "4111")}{placeholders.Of("card", "42")} [[EMAIL_9]] [[";
        string expected = placeholders.Restore(text)!;
        for (int seed = 0; seed < 500; seed++)
        {
            Random random = new(seed);
            StreamRestorer restorer = new(placeholders);
            StringBuilder content = new();
            StringBuilder arguments = new();
            int position = 0;
            while (position < text.Length)
            {
                int length = Math.Min(random.Next(1, 9), text.Length - position);
                string piece = text.Substring(position, length);
                position += length;
                Add(restorer.Restore(Frame(Content(piece))), content, arguments);
                Add(restorer.Restore(Frame(Call(piece))), content, arguments);
            }

            if (random.Next(2) == 0)
            {
                Add(
                    restorer.Restore(
                        """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""u8.ToArray()
                    ),
                    content,
                    arguments
                );
            }

            if (restorer.Flush() is { } rest)
            {
                Add(rest, content, arguments);
            }

            Assert.Equal((seed, expected, expected), (seed, content.ToString(), arguments.ToString()));
        }
    }

    [Fact]
    public void Restore_FrameWithoutPlaceholders_IsPassedOnByteForByte()
    {
        Placeholders placeholders = new([]);
        placeholders.Of("email", "a@b.org");
        byte[] frame = Encoding.UTF8.GetBytes("""{ "choices" : [ {"delta":{"content":"hi"} } ] }""");

        Assert.Equal(frame, new StreamRestorer(placeholders).Restore(frame).ToArray());
    }

    private static void Add(ReadOnlyMemory<byte> json, StringBuilder content, StringBuilder arguments)
    {
        foreach (JsonNode? choice in JsonNode.Parse(json.Span)!["choices"]!.AsArray())
        {
            content.Append((string?)choice!["delta"]?["content"]);
            arguments.Append((string?)choice["delta"]?["tool_calls"]?[0]?["function"]?["arguments"]);
        }
    }

    private static byte[] Frame(JsonObject delta) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta }),
            }.ToJsonString()
        );

    private static JsonObject Content(string text) => new() { ["content"] = text };

    private static JsonObject Call(string text) =>
        new()
        {
            ["tool_calls"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["function"] = new JsonObject { ["arguments"] = text },
                }
            ),
        };

    private static Redactor Redactor(string body) =>
        new(
            RequestTexts.Read(Encoding.UTF8.GetBytes(body)),
            [
                CompiledDataClass.Compile(
                    new DataClassRule { Name = DataClasses.PersonalData, Leaving = DataLeaving.Redacted }
                ),
            ]
        );

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
