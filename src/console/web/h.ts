import { createElement, type Attributes, type ComponentChildren, type VNode } from 'preact';

type Props = Readonly<Record<string, unknown>> | null;

/** An element of the page by its tag; no markup is ever made from text, so that no text can become markup. */
export const h = (tag: string, props: Props, ...children: readonly ComponentChildren[]): VNode =>
  createElement(tag, props, ...children);

/** A part with a memory of its own. */
export const part = <P extends object>(component: (props: P) => VNode, props: P & Attributes): VNode =>
  createElement(component, props) as VNode;
