namespace LlmOperator.ApiServer.Storage;

/// <summary>What objects are stored under: a group and a plural, without a version.</summary>
internal readonly record struct GroupResource(string Group, string Resource)
{
    /// <summary><c>llmmodels.llmoperator.dev</c>, or <c>secrets</c> in the core group.</summary>
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    public static GroupResource Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new("", text) : new(text[(dot + 1)..], text[..dot]);
    }
}
