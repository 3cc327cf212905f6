using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Tests.Serialization;

public sealed class KubernetesYamlTests
{
    // What `kubectl config view --raw -o json` (1.32) makes of an extension with this scalar.
    [Theory]
    [InlineData("yes", "true")]
    [InlineData("No", "false")]
    [InlineData("on", "true")]
    [InlineData("y", "true")]
    [InlineData("oN", "\"oN\"")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("!!str yes", "\"yes\"")]
    [InlineData("!!bool \"yes\"", "true")]
    [InlineData("!!int \"3\"", "3")]
    [InlineData("!!binary aGVsbG8=", "\"hello\"")]
    [InlineData("!foo bar", "\"bar\"")]
    [InlineData("0x1F", "31")]
    [InlineData("-0x1f", "-31")]
    [InlineData("0o17", "15")]
    [InlineData("0o8", "\"0o8\"")]
    [InlineData("017", "15")]
    [InlineData("08", "8")]
    [InlineData("0b11", "3")]
    [InlineData("0b2", "\"0b2\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("1_000", "1000")]
    [InlineData("_1", "\"_1\"")]
    [InlineData("1e3", "1000")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "0")]
    [InlineData("+1", "1")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("99999999999999999999999", "1E+23")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("=", "\"=\"")]
    [InlineData("~", "null")]
    [InlineData("NULL", "null")]
    [InlineData("", "null")]
    [InlineData("\"1.0\"", "\"1.0\"")]
    public void ReadAll_Scalar_MeansWhatItMeansToKubectl(string yaml, string json)
    {
        JsonObject document = KubernetesYaml.ReadAll($"k: {yaml}\n", "test.yaml").Single();

        Assert.Equal(json, document["k"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public void ReadAll_BooleanAndNumberKeys_BecomeStrings()
    {
        JsonObject document = KubernetesYaml.ReadAll("{1: a, yes: b, x: c}", "test.yaml").Single();

        Assert.Equal(["1", "true", "x"], document.Select(p => p.Key));
    }

    [Fact]
    public void ReadAll_SeveralDocuments_LeavesOutEmptyOnes()
    {
        IReadOnlyList<JsonObject> documents = KubernetesYaml.ReadAll(
            "# note\n---\na: 1\n---\n---\nb: 2\n...\n",
            "test.yaml"
        );

        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], documents.Select(d => d.ToJsonString()));
    }

    [Fact]
    public void ReadAll_MergeKeyAndAnchors_AreExpandedAndOwnKeysWin()
    {
        JsonObject document = KubernetesYaml
            .ReadAll("base: &b {x: 1, z: 2}\nc: {<<: *b, z: 3}\nd: *b\n", "test.yaml")
            .Single();

        Assert.Equal(
            """{"base":{"x":1,"z":2},"c":{"z":3,"x":1},"d":{"x":1,"z":2}}""",
            document.ToJsonString()
        );
    }

    [Fact]
    public void ReadAll_JsonWithTabs_IsRead()
    {
        Assert.Equal(1, KubernetesYaml.ReadAll("{\n\t\"a\": 1\n}", "a.json").Single()["a"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "m.yaml:2:1: key \"a\" is given twice.")]
    [InlineData("a: .inf\n", "m.yaml:1:4: .inf has no equivalent in JSON; quote it if a text is meant.")]
    [InlineData("- a\n", "m.yaml:1:1: a document must be a mapping (\"apiVersion: …\").")]
    [InlineData("a:\n  [x]: 1\n", "m.yaml:2:3: a key must be a string.")]
    [InlineData("a: {<<: 1}\n", "m.yaml:1:5: \"<<\" must be given a mapping or a list of mappings.")]
    public void ReadAll_Fault_NamesFileLineAndColumn(string yaml, string message)
    {
        KubernetesYamlException fault = Assert.Throws<KubernetesYamlException>(() =>
            KubernetesYaml.ReadAll(yaml, "m.yaml")
        );

        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public void ReadAll_BrokenYaml_NamesTheLine()
    {
        KubernetesYamlException fault = Assert.Throws<KubernetesYamlException>(() =>
            KubernetesYaml.ReadAll("a: 1\nb: [1, 2\nc: 3\n", "m.yaml")
        );

        Assert.Equal("m.yaml", fault.File);
        Assert.InRange(fault.Line, 2, 4);
    }

    [Fact]
    public void ReadAll_BillionLaughs_IsRefused()
    {
        string yaml = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
        for (int i = 1; i < 10; i++)
        {
            string alias = $"*a{i - 1}";
            yaml += $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat(alias, 10))}]\n";
        }

        KubernetesYamlException fault = Assert.Throws<KubernetesYamlException>(() =>
            KubernetesYaml.ReadAll(yaml, "m.yaml")
        );

        Assert.Contains("aliases expanded", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_DeepNesting_IsRefused()
    {
        string yaml = "a: " + new string('[', 10_000);

        KubernetesYamlException fault = Assert.Throws<KubernetesYamlException>(() =>
            KubernetesYaml.ReadAll(yaml, "m.yaml")
        );

        Assert.Contains("nested deeper", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("yes")]
    [InlineData("017")]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("a: b # c")]
    [InlineData("two\nlines\n")]
    [InlineData("two\nlines")]
    [InlineData("  leading\nblank")]
    [InlineData("trailing \nblank")]
    [InlineData("tab\there\nand\u0007bell")]
    [InlineData("emoji 😀\nin two lines")]
    [InlineData("{{- if .Messages }}\n{{ end }}\n\n")]
    [InlineData("\n\n")]
    public void Write_AnyText_ReadsBackTheSame(string text)
    {
        JsonObject document = new() { ["k"] = text, ["list"] = new JsonArray(text, 1, 1.5, true, null) };

        string yaml = KubernetesYaml.Write(document);

        Assert.True(
            JsonNode.DeepEquals(document, KubernetesYaml.ReadAll(yaml, "written.yaml").Single()),
            yaml
        );
    }

    [Fact]
    public void Write_NestedDocument_IsBlockYaml()
    {
        JsonNode document = JsonNode.Parse(
            """{"spec":{"args":["-c","4096"],"empty":{},"none":[],"on":"yes"},"text":"a\nb\n"}"""
        )!;

        Assert.Equal(
            """
            spec:
              args:
              - -c
              - "4096"
              empty: {}
              none: []
              "on": "yes"
            text: |
              a
              b

            """,
            KubernetesYaml.Write(document)
        );
    }
}
