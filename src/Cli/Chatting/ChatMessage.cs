namespace LlmOperator.Cli.Chatting;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Text.</param>
internal sealed record ChatMessage(string Role, string Content);
