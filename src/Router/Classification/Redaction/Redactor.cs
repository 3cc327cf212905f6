using System.Text;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>Puts placeholders in place of what was found in a request, and keeps what they stand for.</summary>
internal sealed class Redactor
{
    private readonly Placeholders _placeholders;
    private readonly CompiledDataClass[] _classes;

    /// <param name="texts">Every text of the request.</param>
    /// <param name="classes">Classes of the policy; those that may leave as they are stay in the text.</param>
    public Redactor(RequestTexts texts, IReadOnlyList<CompiledDataClass> classes)
    {
        _placeholders = new Placeholders(texts.All);
        _classes = [.. classes.Where(c => c.Rule.Leaving != DataLeaving.Allowed)];
    }

    /// <summary>What the placeholders stand for.</summary>
    public Placeholders Placeholders => _placeholders;

    /// <summary>The request's JSON with placeholders.</summary>
    public ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> json) =>
        JsonStrings.Replace(json, (field, value) => field == "model" ? null : Redact(value));

    private string? Redact(string text)
    {
        List<Finding> findings = TextClassifier.Merge(TextClassifier.Scan(text, _classes));
        if (findings.Count == 0)
        {
            return null;
        }

        StringBuilder redacted = new(text.Length);
        int copied = 0;
        foreach (Finding finding in findings)
        {
            redacted
                .Append(text, copied, finding.Start - copied)
                .Append(_placeholders.Of(finding.Kind, text.Substring(finding.Start, finding.Length)));
            copied = finding.End;
        }

        return redacted.Append(text, copied, text.Length - copied).ToString();
    }
}
