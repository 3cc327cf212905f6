using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;

namespace LlmOperator.Router.Tests.Classification;

public sealed class RequestClassifierTests
{
    private const string Card = "4111 1111 1111 1111";

    // Every place of a request that carries text.
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"TEXT"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"TEXT"},{"role":"user","content":"and now?"}]}""")]
    [InlineData("""{"messages":[{"role":"system","content":"TEXT"},{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":"TEXT"},{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"TEXT"}]}]}""")]
    [InlineData(
        """{"messages":[{"role":"tool","tool_call_id":"1","content":"TEXT"},{"role":"user","content":"hi"}]}"""
    )]
    [InlineData(
        """{"messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":\"TEXT\"}"}}]}]}"""
    )]
    [InlineData("""{"messages":[{"role":"user","name":"TEXT","content":"hi"}]}""")]
    [InlineData(
        """{"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"TEXT"}}]}"""
    )]
    [InlineData("""{"messages":[],"metadata":{"note":"TEXT"}}""")]
    [InlineData("""{"messages":[],"unknown_field":[["TEXT"]]}""")]
    [InlineData("""{"prompt":"TEXT"}""")]
    [InlineData("""{"prompt":["a","TEXT"]}""")]
    [InlineData("""{"input":["TEXT"]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"\u0034111 1111 1111 1111"}]}""")]
    public void Classify_TextAnywhere_PutsTheRequestIntoTheClass(string body)
    {
        Classified classified = Classify(
            body.Replace("TEXT", Card, StringComparison.Ordinal),
            null,
            Rule(DataClasses.PersonalData)
        );

        Assert.Equal("PersonalData (card)", classified.WhatMayNotLeave());
        Assert.Equal(DataLeaving.Forbidden, classified.Leaving);
    }

    [Fact]
    public void Classify_TextOfARole_CountsAndCannotBeReplaced()
    {
        Classified classified = RequestClassifier.Classify(
            RequestTexts.Read("""{"messages":[]}"""u8),
            $"Charge {Card}.",
            null,
            [Rule(DataClasses.PersonalData, DataLeaving.Redacted)]
        );

        Assert.Equal(DataLeaving.Forbidden, classified.Leaving);
    }

    [Fact]
    public void Classify_Header_RaisesAndNeverLowers()
    {
        CompiledDataClass[] classes =
        [
            Rule(DataClasses.PersonalData),
            Rule("Internal", DataLeaving.Allowed, "roadmap"),
        ];

        Classified raised = Classify("""{"messages":[]}""", "personaldata", classes);
        Classified unknown = Classify("""{"messages":[]}""", "TopSecret", classes);
        Classified lowered = Classify($$"""{"messages":[{"content":"{{Card}}"}]}""", "Public, none", classes);
        Classified allowed = Classify("""{"messages":[]}""", "Internal", classes);

        Assert.True(raised.Has(DataClasses.PersonalData));
        Assert.Equal(DataLeaving.Forbidden, raised.Leaving);
        Assert.Equal(DataLeaving.Forbidden, unknown.Leaving);
        Assert.True(lowered.Has(DataClasses.PersonalData));
        Assert.Equal(DataLeaving.Forbidden, lowered.Leaving);
        Assert.Equal(DataLeaving.Allowed, allowed.Leaving);
    }

    [Fact]
    public void Classify_RaisedByAHeaderAlone_IsNotRedactedButKept() =>
        Assert.Equal(
            DataLeaving.Forbidden,
            Classify(
                """{"messages":[]}""",
                "PersonalData",
                Rule(DataClasses.PersonalData, DataLeaving.Redacted)
            ).Leaving
        );

    [Fact]
    public void Classify_KeywordsAndPatterns_WorkInEveryLanguageAndInEscapedArguments()
    {
        CompiledDataClass[] classes =
        [
            CompiledDataClass.Compile(
                new DataClassRule
                {
                    Name = "Project",
                    Keywords = ["Nordlicht", "größe"],
                    Patterns = ["PRJ-[0-9]{4}"],
                }
            ),
        ];

        Assert.True(
            Classify("""{"messages":[{"content":"about NORDLICHT"}]}""", null, classes).Has("Project")
        );
        Assert.True(Classify("""{"messages":[{"content":"see PRJ-1234"}]}""", null, classes).Has("Project"));
        Assert.True(
            Classify(
                    """{"messages":[{"tool_calls":[{"function":{"arguments":"{\"a\":\"Gr\\u00f6\\u00dfe\"}"}}]}]}""",
                    null,
                    classes
                )
                .Has("Project")
        );
        Assert.False(
            Classify("""{"messages":[{"content":"about the North"}]}""", null, classes).Has("Project")
        );
    }

    [Fact]
    public void Classify_WhatCannotBeRead_IsAClassOfItsOwn()
    {
        const string Image =
            """{"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}""";

        Assert.True(Classify(Image, null, Rule(DataClasses.Unreadable)).Has(DataClasses.Unreadable));
        Assert.False(Classify(Image, null, Rule(DataClasses.Secret)).Has(DataClasses.Unreadable));
        // A prompt of token numbers hides its text from every class.
        Assert.Equal(
            DataLeaving.Forbidden,
            Classify("""{"prompt":[[1,2,3]]}""", null, Rule(DataClasses.Secret)).Leaving
        );
        Assert.Equal(
            DataLeaving.Allowed,
            Classify("""{"prompt":[1,2]}""", null, Rule(DataClasses.Secret, DataLeaving.Allowed)).Leaving
        );
    }

    private static Classified Classify(string body, string? header, params CompiledDataClass[] classes) =>
        RequestClassifier.Classify(RequestTexts.Read(Encoding.UTF8.GetBytes(body)), null, header, classes);

    private static CompiledDataClass Rule(
        string name,
        DataLeaving leaving = DataLeaving.Forbidden,
        params string[] keywords
    ) =>
        CompiledDataClass.Compile(
            new DataClassRule
            {
                Name = name,
                Leaving = leaving,
                Keywords = keywords,
            }
        );
}
