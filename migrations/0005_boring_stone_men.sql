CREATE TABLE `feedback` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`execution_id` text,
	`prompt_id` text NOT NULL,
	`prompt` text NOT NULL,
	`environment` text,
	`tag` text NOT NULL,
	`version_id` text NOT NULL,
	`variant` text,
	`score` real NOT NULL,
	`comment` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `feedback_prompt` ON `feedback` (`tenant_id`,`prompt_id`,`id`);--> statement-breakpoint
CREATE INDEX `feedback_environment` ON `feedback` (`tenant_id`,`environment`,`id`);--> statement-breakpoint
CREATE INDEX `feedback_execution` ON `feedback` (`tenant_id`,`execution_id`,`id`);--> statement-breakpoint
ALTER TABLE `activations` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `experiment` text;--> statement-breakpoint
ALTER TABLE `deployment_items` ADD `previous_experiment` text;--> statement-breakpoint
ALTER TABLE `executions` ADD `variant` text;